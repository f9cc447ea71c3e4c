# escape=`
FROM scratch
RUN cat <<EOF\ 

RUN <<EOF
x
EOF
