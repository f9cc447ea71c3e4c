arg X=1
FROM scratch
ENV A=1
