# check=skip=JSONArgsRecommended
FROM scratch
CMD run
