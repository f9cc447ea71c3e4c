FROM a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
	RUN a
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
 \
RUN b
