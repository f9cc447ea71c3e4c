FROM scratch
EXPOSE 80-90/udp 100
