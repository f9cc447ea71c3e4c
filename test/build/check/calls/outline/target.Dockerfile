FROM scratch AS a
ARG A=1
FROM scratch
ARG B=1
