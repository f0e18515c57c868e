# The image of both halves: the runtime and cosplit itself. Weights and points come in frames.
ARG RUNTIME
FROM ${RUNTIME}
COPY half.sh /opt/half.sh
COPY cosplit /opt/cosplit
USER 10001:10001
WORKDIR /tmp
ENTRYPOINT ["/bin/sh", "/opt/half.sh"]
