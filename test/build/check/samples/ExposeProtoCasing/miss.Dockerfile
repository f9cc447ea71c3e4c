FROM scratch
EXPOSE 80 81/tcp 82/udp 83/sctp
