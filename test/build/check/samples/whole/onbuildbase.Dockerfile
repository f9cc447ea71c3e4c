FROM sample-onbuild
WORKDIR x
