FROM \
 scratch AS one
