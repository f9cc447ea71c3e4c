FROM scratch
ENV D=x
WORKDIR ${D}/y
FROM scratch
ENV D=/x
WORKDIR $D/y
