FROM scratch
ENV A=1 \

  B=2
LABEL a=b \
# comment


  c=d \
  e=f
