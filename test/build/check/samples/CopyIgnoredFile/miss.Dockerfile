# check=experimental=CopyIgnoredFile
FROM sample-plain AS a
COPY . /
COPY --from=a secret.txt /
ADD http://127.0.0.1:1/secret.txt /
COPY kept/x /
COPY <<secret.txt /
x
secret.txt
