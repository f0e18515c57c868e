# What a half needs to run: Python from the base image, packages unpacked from the wheelhouse.
ARG BASE
FROM ${BASE}
COPY site /opt/site
ENV PYTHONPATH=/opt/site:/opt PYTHONDONTWRITEBYTECODE=1
# Writes the byte code that starting needs, and fails here rather than in a run.
RUN PYTHONDONTWRITEBYTECODE= python3 -c "import numpy, PIL.Image, pydantic, safetensors.torch, torch"
