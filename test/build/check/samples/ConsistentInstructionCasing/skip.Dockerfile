# check=skip=ConsistentInstructionCasing
FROM scratch
env A=1
