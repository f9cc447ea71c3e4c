# check=skip=ExposeInvalidFormat
FROM scratch
EXPOSE 80:80
