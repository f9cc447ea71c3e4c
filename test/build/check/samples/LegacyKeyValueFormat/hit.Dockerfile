FROM scratch
ENV A b c
label d e
