// Patterns and paths: whether Docker's matcher (moby/patternmatcher) takes the path, alone or by a folder above it.

/** `[patterns, path, ignored]`; patterns are given as the lines of an ignore file. */
export const IGNORE_CASES: readonly (readonly [string, string, boolean])[] = [
  ['**', 'file', true], ['**', 'file/', true], ['**/', 'file', true], ['**/', 'dir/file', true],
  ['**/**', 'dir/file', true], ['dir/**', 'dir/file', true], ['dir/**', 'dir/dir2/file', true], ['dir/**', 'dir', false],
  ['**/dir', 'dir/file', true], ['**/dir2/*', 'dir/dir2/file', true], ['**/dir2/**', 'dir/dir2/dir2/file', true],
  ['**file', 'file', true], ['**file', 'dir/file', true], ['**/file', 'dir/file', true], ['**file', 'dir/dir/file', true],
  ['**/file*', 'dir/dir/file', true], ['**/file*', 'dir/dir/file.txt', true], ['**/file*txt', 'dir/dir/file.txt', true],
  ['**/file*.txt', 'dir/dir/file.txt', true], ['**/file*.txt*', 'dir/dir/file.txt', true], ['**/**/*.txt', 'dir/dir/file.txt', true],
  ['**/**/*.txt2', 'dir/dir/file.txt', false], ['**/*.txt', 'file.txt', true], ['**/**/*.txt', 'file.txt', true],
  ['a**/*.txt', 'a/file.txt', true], ['a**/*.txt', 'a/dir/file.txt', true], ['a**/*.txt', 'a/dir/dir/file.txt', true],
  ['a/*.txt', 'a/dir/file.txt', false], ['a/*.txt', 'a/file.txt', true], ['a/*.txt**', 'a/file.txt', true],
  ['a[b-d]e', 'ae', false], ['a[b-d]e', 'ace', true], ['a[b-d]e', 'aae', false], ['a[^b-d]e', 'aze', true],
  ['.*', '.foo', true], ['.*', 'foo', false], ['abc.def', 'abcdef', false], ['abc.def', 'abc.def', true], ['abc.def', 'abcZdef', false],
  ['abc?def', 'abcZdef', true], ['abc?def', 'abcdef', false], ['a\\\\', 'a\\', true], ['**/foo/bar', 'foo/bar', true],
  ['**/foo/bar', 'dir/foo/bar', true], ['**/foo/bar', 'dir/dir2/foo/bar', true], ['abc/**', 'abc', false], ['abc/**', 'abc/def', true],
  ['abc/**', 'abc/def/ghi', true], ['**/.foo', '.foo', true], ['**/.foo', 'bar.foo', false], ['./bar.*', 'bar.foo', true],
  ['a(b)c/def', 'a(b)c/def', true], ['a(b)c/def', 'a(b)c/xyz', false], ['a.|)$(}+{bc', 'a.|)$(}+{bc', true],
  ['dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl', 'dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl', true],
  ['dist/*.whl', 'dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl', true],
  ['a*b', 'a+b', true], ['a*b', 'aab', true], ['a\\*b', 'a*b', true], ['a\\*b', 'aab', false], ['a[*]b', 'a*b', true],
  ['dir', 'dir/x/y', true], ['dir/', 'dir/x', true], ['/dir', 'dir/x', true], ['dir', 'sub/dir', false], ['*', 'a/b', true],
  ['*\n!a', 'a', false], ['*\n!a', 'a/b', false], ['*\n!a/b', 'a/b', false], ['*\n!a/b', 'a/c', true], ['!a\n*', 'a', true],
  ['dir\n!dir/keep\ndir/keep/not', 'dir/keep/yes', false], ['dir\n!dir/keep\ndir/keep/not', 'dir/keep/not', true],
  ['**/*.md\n!README.md', 'docs/README.md', true], ['**/*.md\n!README.md', 'README.md', false], ['**/*.md\n!**/README.md', 'docs/README.md', false],
  ['# comment\na', '# comment', false], [' # no comment', '# no comment', true], ['  a  ', 'a', true], ['\uFEFFa', 'a', true], ['! a\n', 'a', false],
  ['a?c', 'aäc', true], ['ä*', 'äöü', true], ['a[ä-ü]', 'aö', true], ['a?c', 'a/c', false], ['a/../b', 'b', true], ['.', 'a', false], ['a\r\nb\r', 'b', true],
];

/** Ignore files that Docker refuses. */
export const BAD_IGNORE_FILES: readonly string[] = ['[', 'a[', '[]a]', '[a-', '[-x]', 'a[b', '!', 'a\\'];
