FROM scratch AS scratches
FROM scratch AS my-context
