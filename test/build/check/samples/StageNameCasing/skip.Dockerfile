# check=skip=StageNameCasing
FROM scratch AS Build
