# escape=`
FROM scratch
RUN cat `<<EOF\ 
x
EOF 
RUN b
