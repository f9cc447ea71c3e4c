FROM scratch
# Ä short
ARG Ä=ü
ARG LONG_NAME_OF_ARGUMENT="some <value> & more"
