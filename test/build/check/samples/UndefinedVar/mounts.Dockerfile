FROM sample-plain
RUN --mount=type=bind,source=$a,target=/x${b} --mount=type=cache,target=/c,id=$c true
