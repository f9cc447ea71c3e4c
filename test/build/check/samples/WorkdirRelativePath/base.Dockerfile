FROM sample-rich
WORKDIR app
