# check=skip=ExposeProtoCasing
FROM scratch
EXPOSE 80/TCP
