# check=skip=MultipleInstructionsDisallowed
FROM scratch
CMD ["a"]
CMD ["b"]
