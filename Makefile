# Four commands to remember: run · test · check · bench.
PYTHON ?= python3
PORT ?= 8000
DATA ?= data
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --no-deps
# A test that hangs is ended and named, with what every thread was doing, instead of holding up the run for ever.
NO_HANGING := -o faulthandler_timeout=300 -o faulthandler_exit_on_timeout=true
# Each worker begins with a run of neighbouring files, which share what is slow to start, and helps the other out.
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(NO_HANGING)
UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11

.DEFAULT_GOAL := help
.PHONY: help run test check bench screenshots setup lock clean

help:
	@echo '督办 · 常用命令'
	@echo '  make run      准备环境，载入演示数据，在 http://127.0.0.1:$(PORT) 打开（可加 PORT=8080 DATA=目录）'
	@echo '  make test     运行全部测试：SQLite、PostgreSQL、浏览器（可加 ARGS="tests/test_locks.py -k hash"）'
	@echo '  make check    提交前的快速检查：格式、规范、类型、依赖核对、不需要浏览器和 PostgreSQL 的短测试'
	@echo '  make bench    测量速度，并与同机的极限比较'
	@echo '  make screenshots  从演示数据重拍 README 的页面图（docs/images）'
	@echo '  make setup    只准备运行环境（.venv/bin/duban）'
	@echo '  make lock     依赖改变之后，重新写出两个 requirements 锁定文件'
	@echo '  make clean    删除环境与生成物，不动数据'

run: setup
	$(BIN)/duban demo --port $(PORT) --data $(DATA)

test: $(VENV)/.ready-dev
	tests/provide.sh
	$(PYTEST) $(ARGS)

check: $(VENV)/.ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/ruff check --isolated --select S alembic/versions
	$(BIN)/mypy
	$(BIN)/python -m docs.dependencies $(AUDIT)
	$(PYTEST) -q -m "not browser and not postgres and not long" $(ARGS)

bench: $(VENV)/.ready-dev
	$(BIN)/python -m bench

# The pictures of the README, taken from a fresh demonstration.
screenshots: $(VENV)/.ready-dev
	$(BIN)/python -m docs.screenshots

setup: $(VENV)/.ready

# A stamp per lock file: a second start costs nothing, a changed lock installs what changed.
$(VENV)/.ready: requirements.lock pyproject.toml | $(VENV)
	$(PIP_INSTALL) --require-hashes -r requirements.lock
	$(PIP_INSTALL) --no-build-isolation --editable .
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock $(VENV)/.ready
	$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV):
	@command -v $(PYTHON) >/dev/null || \
		{ echo '没有找到 $(PYTHON)。请先安装 Python 3.11 或更高版本，再执行一次。' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo '需要 Python 3.11 或更高版本。请先安装，再用 make PYTHON=命令名 执行一次。' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo '缺少 venv 模块。请管理员执行 apt-get install python3-venv，再执行一次。' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Written by uv so that the files hold hashes and no registry's address.
lock: $(VENV)/.ready-dev
	$(UV_COMPILE) --extra pg --extra sso --extra ldap --extra build pyproject.toml -o requirements.lock
	$(UV_COMPILE) --all-extras -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
