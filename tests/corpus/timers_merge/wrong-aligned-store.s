	.section	.text,"ax",@progbits
	.p2align	4, 0x90
timers_merge:
	.cfi_startproc
	cmpq	%rsi, %rdi
	je	.LBB2_12
	movq	(%rdi), %rcx
	movq	(%rsi), %rax
	testq	%rcx, %rcx
	setne	%r8b
	testq	%rax, %rax
	setne	%dl
	andb	%r8b, %dl
	cmpb	$1, %dl
	jne	.LBB2_2
	xorl	%edx, %edx
	movq	%rdi, %r10
	.p2align	4, 0x90
.LBB2_4:
	movq	%rdx, %r8
	movq	16(%rax), %rdx
	cmpq	16(%rcx), %rdx
	movq	%rcx, %rdx
	cmovlq	%rax, %rdx
	movq	(%rdx), %r9
	cmovgeq	%r9, %rcx
	cmovlq	%r9, %rax
	movq	%r8, 8(%rdx)
	movq	%rdx, (%r10)
	testq	%rcx, %rcx
	setne	%r8b
	je	.LBB2_5
	movq	%rdx, %r10
	movq	%rdx, %r9
	testq	%rax, %rax
	jne	.LBB2_4
	jmp	.LBB2_7
.LBB2_2:
	xorl	%r9d, %r9d
	movq	%rdi, %rdx
	jmp	.LBB2_7
.LBB2_5:
	movq	%rdx, %r9
.LBB2_7:
	testb	%r8b, %r8b
	cmoveq	%rax, %rcx
	movq	%rcx, (%rdx)
	testq	%rcx, %rcx
	je	.LBB2_9
	movq	%r9, 8(%rcx)
.LBB2_9:
	testq	%rax, %rax
	je	.LBB2_11
	movq	8(%rsi), %rax
	movq	%rax, 8(%rdi)
.LBB2_11:
	movl	16(%rsi), %eax
	addl	%eax, 16(%rdi)
	xorps	%xmm0, %xmm0
	movaps	%xmm0, (%rsi)
	movl	$0, 16(%rsi)
.LBB2_12:
	retq
.Lfunc_end2:
	.cfi_endproc
# verdict: refuted: clears the other list by a store that wants 16-byte alignment
