# check=skip=SecretsUsedInArgOrEnv
FROM scratch
ENV TOKEN=x
