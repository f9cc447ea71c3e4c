FROM a
ENV NODE_E\    PATH=b
LABEL c\  d="e"
