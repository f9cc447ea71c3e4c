# check=skip=UndefinedVar
FROM scratch
ENV A=$B
