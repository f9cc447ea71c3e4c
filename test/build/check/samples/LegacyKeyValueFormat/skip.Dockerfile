# check=skip=LegacyKeyValueFormat
FROM scratch
ENV A b
