FROM scratch
ENTRYPOINT ["run"]
CMD ["now"]
HEALTHCHECK CMD run
