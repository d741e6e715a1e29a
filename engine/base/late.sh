#!/bin/sh
# late.sh "LIBRARY..." OBJECT...: assembly (x86-64) for every function of the libraries
# (file names that gcc finds) that the objects call, and that nothing else gives them:
# each jumps to the real one, which late.c looks up when it is called first. See late.h.
set -eu
libraries=$1; shift
wanted=$(nm -u "$@" | sed -n 's/^ *U //p' | sort -u)
echo '	.section .note.GNU-stack,"",@progbits'
rows() {
n=0
for file in $libraries; do
	path=$(${CC:-gcc} -print-file-name="$file")
	soname=$(readelf -d "$path" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')
	given=$(nm -D --defined-only "$path" | awk '$2 == "T" || $2 == "W" || $2 == "i" { sub(/@.*/, "", $3); print $3 }' | sort -u)
	for f in $(printf '%s\n%s\n' "$wanted" "$given" | sort | uniq -d); do
		printf '\t.text\n\t.globl %s\n\t.type %s, @function\n%s:\n' "$f" "$f" "$f"
		printf '\tmovq late_slots+%d(%%rip), %%r11\n\ttestq %%r11, %%r11\n\tje 1f\n\tjmp *%%r11\n' $((8 * n))
		printf '1:\tpushq $%d\n\tjmp late_resolve\n' $n
		printf '\t.section .rodata\n2:\t.asciz "%s"\n3:\t.asciz "%s"\n' "$soname" "$f"
		printf '\t.section .data.rel.ro,"aw"\n\t.quad 2b, 3b\n'
		n=$((n + 1))
	done
done
}
# The table first, so that its label stands before its rows.
printf '\t.section .data.rel.ro,"aw"\n\t.balign 8\n\t.globl late_symbols\nlate_symbols:\n'
rows
n=$(nm -u "$@" | wc -l) # more than there can be
cat <<END
	.bss
	.balign 8
	.globl late_slots
late_slots:
	.skip $((8 * n))
	.text
# With the function's number on the stack, and its caller's arguments in registers.
late_resolve:
	pushq %rdi
	pushq %rsi
	pushq %rdx
	pushq %rcx
	pushq %r8
	pushq %r9
	pushq %rax
	subq \$136, %rsp
	movups %xmm0, (%rsp)
	movups %xmm1, 16(%rsp)
	movups %xmm2, 32(%rsp)
	movups %xmm3, 48(%rsp)
	movups %xmm4, 64(%rsp)
	movups %xmm5, 80(%rsp)
	movups %xmm6, 96(%rsp)
	movups %xmm7, 112(%rsp)
	movl 192(%rsp), %edi
	call late_find
	movq %rax, %r11
	movups (%rsp), %xmm0
	movups 16(%rsp), %xmm1
	movups 32(%rsp), %xmm2
	movups 48(%rsp), %xmm3
	movups 64(%rsp), %xmm4
	movups 80(%rsp), %xmm5
	movups 96(%rsp), %xmm6
	movups 112(%rsp), %xmm7
	addq \$136, %rsp
	popq %rax
	popq %r9
	popq %r8
	popq %rcx
	popq %rdx
	popq %rsi
	popq %rdi
	addq \$8, %rsp
	jmp *%r11
END
