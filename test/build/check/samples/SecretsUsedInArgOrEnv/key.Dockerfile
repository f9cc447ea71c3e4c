FROM scratch
ENV K=TOKEN
ENV ${K}_X=1 X_$K=$nope
