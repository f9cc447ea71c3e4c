from scratch as a
FroM scratch as b
from scratch as c
