FROM sample-rich AS a
ARG known empty
ENV e=$known f=$empty g=$PATH h=\$i j='$k'
RUN echo $l
CMD ["$m"]
ENTRYPOINT ["$n"]
HEALTHCHECK CMD $o
EXPOSE 80$p
ONBUILD ENV $q=$r
SHELL ["$s"]
COPY <<"X" /x
$t
X
FROM a
ENV u=$known$f
