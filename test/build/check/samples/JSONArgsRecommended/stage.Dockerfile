FROM scratch AS a
SHELL ["/bin/bash", "-c"]
FROM a
CMD run me
FROM scratch
CMD run me
