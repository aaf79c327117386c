# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compiles and runs the examples in the README, the manual, and the comments it is made of.

examples.py LANGUAGE SOURCE COMMAND…: of the pages and comments in the folder SOURCE. The
command compiles C or Vala, or runs a script.

The blocks of code on a page make up programs, one after the other: each goes up to the
block with its main function, or with the call that runs its main loop, or to what it
prints: the next block, if that is plain text. It is run, has to succeed in silence on
stderr, and prints that. What follows the last program, or all of a page without one, is
a program too if it is a script; in C and Vala it is compiled. There, a block that is
indented is what could stand in a function.
"""

import glob
import os
import re
import shlex
import subprocess
import sys
import tempfile
import textwrap

BLOCK = re.compile(r'^```(\w+)\n(.*?)^```$', re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r'^/\*\*$(.*?)^ \*/$', re.MULTILINE | re.DOTALL)

# What no example takes.
TOO_LONG = 120

SCRIPTS = ('js', 'python')
SUFFIX = {'c': '.c', 'js': '.js', 'python': '.py', 'vala': '.vala'}

# What the last block of a program has.
COMPLETES = {
    'c': re.compile(r'^main \(', re.MULTILINE),
    'js': re.compile(r'^loop\.run\(', re.MULTILINE),
    'python': re.compile(r'^asyncio\.run\(|^loop\.run|^main\(', re.MULTILINE),
    'vala': re.compile(r'^(async )?(int|void) main \(', re.MULTILINE),
}

# A fragment may use these.
WITHIN_FUNCTION = {
    'c': '''
static void
fragment_{n} (AqQueue *queue, gpointer item, GCancellable *cancellable, gpointer user_data);
static void
fragment_{n} (AqQueue *queue, gpointer item, GCancellable *cancellable, gpointer user_data)
{{
  g_autoptr (GError) error = NULL;
  (void) error;
{text}
}}
''',
    'vala': '''
async void fragment_{n} (Aq.Queue queue, Object item, Cancellable cancellable) throws Error {{
{text}
}}
''',
}


class Program:
    def __init__(self, name):
        self.name = name
        self.texts = []
        self.is_complete = False
        self.output = None


def programs_in(name, text, language):
    """Yields the programs on one page, and what is left as one more."""
    program = Program(name)
    blocks = BLOCK.findall(text)
    for n, (block_language, block) in enumerate(blocks):
        if program.is_complete:
            if block_language == 'text':
                program.output = block
            yield program
            program = Program(name)
        if block_language != language:
            continue
        if block.startswith(' ') and language in WITHIN_FUNCTION:
            block = WITHIN_FUNCTION[language].format(n=n, text=block)
        program.texts.append(block)
        program.is_complete = (COMPLETES[language].search(block) is not None
                               or blocks[n + 1:n + 2] and blocks[n + 1][0] == 'text')
    if program.texts:
        yield program


def programs_in_file(path, language):
    with open(path, encoding='utf-8') as file:
        text = file.read()
    name = os.path.basename(path)

    if path.endswith('.md'):
        yield from programs_in(name, text, language)
        return

    for comment in COMMENT.findall(text):
        lines = [re.sub(r'^ \* ?', '', line) for line in comment.splitlines()]
        symbol = next(filter(None, lines)).partition(':')[0]
        yield from programs_in(f'{name}, {symbol}', '\n'.join(lines), language)


def run(*args, cwd=None):
    """Returns what was printed, or raises AssertionError."""
    done = subprocess.run(args, cwd=cwd, capture_output=True, text=True, timeout=TOO_LONG)
    assert done.returncode == 0 and done.stderr == '', (
        f'{shlex.join(args)} ended with {done.returncode}\n{done.stdout}\n{done.stderr}')
    return done.stdout


def check(program, language, command, folder):
    source = os.path.join(folder, 'example' + SUFFIX[language])
    binary = os.path.join(folder, 'example')
    text = '\n'.join(program.texts)

    if language == 'c':
        text = '#include <aqueue/aqueue.h>\n' + text
    with open(source, 'w', encoding='utf-8') as file:
        file.write(text)

    if language in ('c', 'vala'):
        # What is not run may lack a main function.
        if program.is_complete:
            run(command[0], source, '-o', binary, *command[1:])
            output = run(binary)
        elif language == 'c':
            run(command[0], source, '-o', binary, '-shared', '-fPIC', *command[1:])
            return
        else:
            run(command[0], source, '-c', *command[1:], cwd=folder)
            return
    else:
        output = run(*command, source)

    assert program.output in (None, output), (
        f'It prints\n{output}\nand not\n{program.output}')


def main():
    # 'meson test --test-args=-m=thorough' gives this to all tests, and there is no long form.
    language, source, *command = [arg for arg in sys.argv[1:] if arg != '-m=thorough']
    paths = [path for pattern in ('README.md', 'aqueue/docs/*.md', 'aqueue/*.[ch]')
             for path in sorted(glob.glob(f'{source}/{pattern}'))]

    programs = [program for path in paths for program in programs_in_file(path, language)]
    print(f'1..{len(programs)}')
    n_failed = 0
    for n, program in enumerate(programs, 1):
        what = 'runs' if program.is_complete or language in SCRIPTS else 'compiles'
        with tempfile.TemporaryDirectory() as folder:
            try:
                check(program, language, command, folder)
                print(f'ok {n} {program.name}: it {what}', flush=True)
            except (AssertionError, subprocess.TimeoutExpired) as error:
                n_failed += 1
                print(textwrap.indent(str(error), '# '))
                print(f'not ok {n} {program.name}: it {what}', flush=True)
    print(f'# figure: examples in the manual {len(programs)}')
    return n_failed > 0


if __name__ == '__main__':
    sys.exit(main())
