FROM scratch
SHELL ["/bin/bash", "-c"]
CMD run me
