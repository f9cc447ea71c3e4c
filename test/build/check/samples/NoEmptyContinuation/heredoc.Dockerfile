FROM sample-plain
RUN cat <<A \

  - 
a

b
A
