ARG G=1
# dep described here
FROM scratch AS dep
ARG D=d
RUN --mount=type=secret,id=s1 --mount=type=ssh true
FROM scratch AS other
ARG O=o
COPY --from=dep a b
# last is what is built
FROM other AS last
ARG G
RUN --mount=type=ssh,id=k,required --mount=type=secret,id=s1,required=true --mount=type=secret,target=/a/b true
