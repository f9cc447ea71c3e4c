# check=skip=MaintainerDeprecated
FROM scratch
MAINTAINER me
