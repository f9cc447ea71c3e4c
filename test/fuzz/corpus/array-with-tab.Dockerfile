FROM a
COPY ["COPY","a","#	."]
VOLUME ["a  b"]
ADD [ "a", 	b
