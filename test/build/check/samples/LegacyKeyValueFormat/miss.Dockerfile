FROM scratch
ENV A="b c" D=
LABEL d=e
ONBUILD ENV x y
