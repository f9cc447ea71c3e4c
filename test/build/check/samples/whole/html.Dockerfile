FROM scratch
ENV A=<&> B=$<
WORKDIR a&b
