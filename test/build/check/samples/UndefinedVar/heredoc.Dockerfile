FROM scratch
COPY <<X <<'Y' /x$d/
$t "$u" \$v
X
$w
Y
