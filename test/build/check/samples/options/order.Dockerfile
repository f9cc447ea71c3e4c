# check=error=true;experimental=all;skip=StageNameCasing
# x
FROM scratch as A
