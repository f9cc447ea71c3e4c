FROM scratch
ARG mybin=a b=$c
COPY $mybnn $far /
COPY --chown=$user --chmod=${mode:-755} a /
WORKDIR /x$work
ENV A=$B C=${D:-x} $E=f
LABEL l=$m
USER u$v
VOLUME /$w
STOPSIGNAL 1$s
ADD a /$dest
