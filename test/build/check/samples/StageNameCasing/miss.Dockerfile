FROM scratch AS build-2
