FROM scratch
LABEL maintainer=me
